/** HTML that is safe to send. Only `html` makes it, so what was not escaped can not be put into a page. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[];

/** Escapes everything that is put in, in text and in quoted attributes alike; markup stays, and lists of it are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((page, string, index) => `${page}${shown(parts[index - 1] ?? '')}${string}`));
}

function shown(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return String(part).replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/**
 * JSON.parse, and a look at what it hides: of a member that stands twice it keeps the last, while a person may read the
 * first.
 * @param {string} text
 * @returns {{ value?: unknown, findings: { pointer: string, message: string }[] }}
 */
export function readJson(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { findings: [{ pointer: '', message: `is no JSON: ${error.message}` }] };
  }
  return { value, findings: doubled(text) };
}

function doubled(text) {
  const findings = [];
  const open = [];
  let last;
  for (const [token] of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === '{') open.push({ names: new Set(), at: '' });
    else if (token === '[') open.push({ at: '0' });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && inside.names === undefined) inside.at = String(Number(inside.at) + 1);
    else if (token === ':') {
      inside.at = JSON.parse(last).replaceAll('~', '~0').replaceAll('/', '~1');
      if (inside.names.has(inside.at)) {
        findings.push({ pointer: pointerTo(open), message: 'stands there twice: which one is meant?' });
      }
      inside.names.add(inside.at);
    }
    last = token;
  }
  return findings;
}

function pointerTo(open) {
  return open.map(({ at }) => `/${at}`).join('');
}

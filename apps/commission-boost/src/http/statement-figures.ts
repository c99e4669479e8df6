import { formatMinor } from '#libs/kernel';
import type { StatementDocument } from '../domain/statement/compose-statement.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MINUS = '−';

/** How a statement's figures look to a person: `1,575.00`, `−12.50`, `6 Jan 2026`. */
export class StatementFigures {
  readonly #decimals: number;
  readonly #code: string;

  constructor({ currency }: Pick<StatementDocument, 'currency'>) {
    this.#decimals = currency.decimals;
    this.#code = currency.code;
  }

  amount(minor: string): string {
    const [whole = '', fraction] = formatMinor(BigInt(minor), this.#decimals).replace('-', '').split('.');
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
    return `${minor.startsWith('-') ? MINUS : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
  }

  /** With its sign, also when it is not negative: what a day has changed. */
  change(minor: string): string {
    return minor.startsWith('-') ? this.amount(minor) : `+${this.amount(minor)}`;
  }

  money(minor: string): string {
    return `${this.amount(minor)} ${this.#code}`;
  }

  /** The share before it is rounded, with all its decimals. */
  exactShare(payableMinor: string, rateBps: number): string {
    const exact = formatMinor(BigInt(payableMinor) * BigInt(rateBps), this.#decimals + 4);
    const [whole = '', fraction = ''] = exact.split('.');
    const kept = fraction.slice(0, this.#decimals) + fraction.slice(this.#decimals).replace(/0+$/, '');
    return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${kept === '' ? '' : `.${kept}`}`;
  }

  percent(rateBps: number): string {
    const text = formatMinor(BigInt(rateBps), 2).replace(/\.?0+$/, '');
    return `${text} %`;
  }

  date(date: string): string {
    const [year, month, day] = date.split('-').map(Number);
    return `${day} ${MONTHS[(month ?? 1) - 1]} ${year}`;
  }

  /** To the minute, in UTC. */
  instant(instant: string): string {
    return `${this.date(instant.slice(0, 10))}, ${instant.slice(11, 16)} UTC`;
  }
}

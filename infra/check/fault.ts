/** One broken rule of the house, in words that name the place. */
export interface Fault {
  readonly rule: string;
  readonly place: string;
  readonly message: string;
}

export function describeFault(fault: Fault): string {
  return `${fault.place}: ${fault.message} (${fault.rule})`;
}

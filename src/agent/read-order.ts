import {createInterface} from 'node:readline';

/** The order that the client writes on the first line of stdin. */
export async function readOrder<Order>(): Promise<Order> {
  const line = await new Promise<string>((resolve) => createInterface({input: process.stdin}).once('line', resolve));
  return JSON.parse(line) as Order;
}

/** Tells what came of it on stdout, and ends. */
export async function tell(report: object): Promise<never> {
  await new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(report)}\n`, () => resolve()));
  process.exit(0);
}

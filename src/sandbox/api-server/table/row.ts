export type Cell = string | number | boolean | null;

/** How one kind is shown. `columns`: names with `-` for a blank, `*` behind wide ones, `#` behind numbers. */
export interface Kind {
  readonly columns: string;
  readonly cells: (object: unknown, now: number) => Cell[];
}

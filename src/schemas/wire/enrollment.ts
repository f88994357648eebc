/** What operators recorded of a node, as commands show it. */
export interface NodeEnrollment {
  readonly by: string;
  readonly at: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Public key of its account; absent for a node that was only recorded. */
  readonly account?: string;
  /** Of this enrollment, which began at `at`. */
  readonly incarnation?: string;
}

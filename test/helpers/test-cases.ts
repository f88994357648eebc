/** How many cases a property is tried with: few by default, `MCP_TEST_CASES` for more (the nightly profile: 100000). */
export function testCases(byDefault = 2_000): number {
  const asked = Number(process.env["MCP_TEST_CASES"]);
  return Number.isSafeInteger(asked) && asked > 0 ? asked : byDefault;
}

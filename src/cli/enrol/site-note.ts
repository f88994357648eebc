/** What is still to be done at a site after a change of one of its nodes. */
export function siteNote(site: string, what: string): string {
  return `the server of site ${site} ${what}: \`mcp bus config\`, then copy sites/${site}/ there and restart it`;
}

/** What to do at a site after one of its nodes changed. */
export function siteNote(site: string, what: string): string {
  return `the server of site ${site} ${what}: \`mcp bus config\`, then copy sites/${site}/ there and restart it`;
}

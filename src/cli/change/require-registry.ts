/**
 * Refuses an image without a registry, such as `nginx:1.27`, where it is new or changed: agents refuse it too, since
 * podman would take any local image of that name. The error names the position in the file and the full name to write.
 */
import { fullImageName, parseImageReference } from "../../schemas/service/image-reference.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { ProblemList } from "../../toml/problem-list.ts";
import { parseOrThrow, throwProblems } from "../../toml/read-checked.ts";
import { isWrong, type Wrong } from "../../values/parsed.ts";
import type { Definition } from "../definition/read-definition.ts";

/**
 * @param have the spec that is stored on the node; undefined for a new service
 * @throws McpError E_DEFINITION with `details: Problem[]`, in file order
 */
export function requireRegistries(
  { path, text, spec }: Pick<Definition, "path" | "text" | "spec">,
  want: ServiceSpec,
  have: ServiceSpec | undefined,
): void {
  const imageOf = (from: ServiceSpec | undefined, name: string) =>
    from?.components.find((one) => one.name === name)?.image;
  const wrong = spec.components.flatMap(({ name, image }, index) => {
    const isChanged = imageOf(want, name) === image && imageOf(have, name) !== image;
    const problem = isChanged ? withoutRegistry(image) : undefined;
    return problem === undefined ? [] : [{ index, problem }];
  });
  if (wrong.length === 0) return;
  const problems = new ProblemList(parseOrThrow(path, text, "E_DEFINITION"));
  for (const { index, problem } of wrong) problems.add(["components", index, "image"], problem);
  throwProblems(path, problems.all(), "E_DEFINITION");
}

function withoutRegistry(image: string): Wrong | undefined {
  const parsed = parseImageReference(image);
  if (isWrong(parsed) || parsed.value.registry !== undefined) return undefined;
  const wrong = `"${image}" names no registry`;
  const full = fullImageName(image);
  return full === undefined ? { wrong: `${wrong}: write its host first` } : { wrong, instead: `image = "${full}"` };
}

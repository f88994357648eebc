/** A function that is made when it is first called: what a short command never calls costs it nothing. */
export function lazily<In, Out>(make: () => (input: In) => Out): (input: In) => Out {
  let made: ((input: In) => Out) | undefined;
  return (input) => {
    made ??= make();
    return made(input);
  };
}

/** Puts something between an object and its callers, whatever methods it has. */

export interface Interception {
  /** Awaited before the method is called; what it throws is the answer. */
  before?(method: string): Promise<void> | void;
  /** Awaited after the method took effect; what it throws is the answer all the same. */
  after?(method: string): Promise<void> | void;
}

/** Intercepts the methods that return promises and that `concerns` names; everything else goes straight through. */
export function intercept<T extends object>(
  target: T,
  concerns: (method: string) => boolean,
  { before, after }: Interception,
): T {
  return new Proxy(target, {
    get: (_, key) => {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== "function" || typeof key !== "string") return member;
      const method = member.bind(target) as (...args: unknown[]) => unknown;
      if (!concerns(key)) return method;
      return async (...args: unknown[]) => {
        await before?.(key);
        const answer = await method(...args);
        await after?.(key);
        return answer;
      };
    },
  });
}

/** The memory twin of the server's accounts: the last JWT that was pushed of each, by public key. */
import type { AccountServer } from "../../src/bus/admin/account-server.ts";
import { decodeJwt } from "../../src/trust/jwt.ts";

export class MemoryAccountServer implements AccountServer {
  readonly known = new Map<string, string>();
  /** Names of accounts in the order of their pushes. */
  readonly pushed: string[] = [];
  /** Called before each push, to let it fail. */
  beforePush: () => void = () => undefined;

  async push(jwt: string): Promise<void> {
    this.beforePush();
    const { sub, name = "" } = decodeJwt(jwt);
    this.known.set(sub, jwt);
    this.pushed.push(name);
  }

  async lookup(account: string): Promise<string | undefined> {
    return this.known.get(account);
  }

  async close(): Promise<void> {
    // nothing is open
  }
}

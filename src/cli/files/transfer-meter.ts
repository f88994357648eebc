/** Progress, rate and remaining time of transfers. Pure except for the given clock. */
import { type Cell, styled } from "../../terminal/cell.ts";
import { ageText, sizeText } from "../output/age.ts";

/** The rate is an average of the last seconds. */
const WINDOW_MS = 5_000;
const BAR_WIDTH = 24;

export class TransferMeter {
  readonly #now: () => number;
  readonly #samples: { readonly atMs: number; readonly bytes: number }[];
  #total = 0;
  #isSizeKnown = false;
  #moved = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#samples = [{ atMs: now(), bytes: 0 }];
  }

  /** Adds to the expected bytes. */
  expect(bytes: number): void {
    this.#total += bytes;
    this.#isSizeKnown = true;
  }

  /** Adds to the transferred bytes. */
  move(bytes: number): void {
    this.#moved += bytes;
    const atMs = this.#now();
    this.#samples.push({ atMs, bytes: this.#moved });
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? atMs) < atMs - WINDOW_MS) this.#samples.shift();
  }

  /** Bytes per second. */
  get rate(): number {
    const [first] = this.#samples;
    const elapsedMs = this.#now() - (first?.atMs ?? 0);
    return first === undefined || elapsedMs <= 0 ? 0 : ((this.#moved - first.bytes) / elapsedMs) * 1000;
  }

  /** `43 %  441 MiB of 1.0 GiB  153 MiB/s  4s left` */
  text(): string {
    if (!this.#isSizeKnown) return "waiting for the node";
    const share = this.#share();
    const left =
      this.rate > 0 && share < 1 ? `  ${ageText(((this.#total - this.#moved) / this.rate) * 1000)} left` : "";
    const amounts = `${sizeText(this.#moved)} of ${sizeText(this.#total)}`;
    return `${String(Math.floor(share * 100)).padStart(3)} %  ${amounts}  ${sizeText(this.rate)}/s${left}`;
  }

  bar(): Cell[] {
    const full = Math.floor(this.#share() * BAR_WIDTH);
    return [styled("cyan", "█".repeat(full)), styled("dim", "░".repeat(BAR_WIDTH - full)), " ", this.text()];
  }

  #share(): number {
    if (this.#total > 0) return Math.min(1, this.#moved / this.#total);
    return this.#isSizeKnown ? 1 : 0; // an empty file, or one that may not exist
  }
}

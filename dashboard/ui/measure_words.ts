/**
 * A measure in words, with the service that it is limited to, if it is.
 *
 * @module
 */
import type { Lease } from "../../defense/mod.ts";
import { texts } from "./texts.ts";

/** `blocked`, `blocked from tcp port 22`. */
export function measureWords(
  { measure, service }: {
    readonly measure: string;
    readonly service?: Lease["service"];
  },
): string {
  const { names, at } = texts.measures;
  const word = names[measure] ?? measure;
  return service ? at(word, service.protocol, service.port) : word;
}

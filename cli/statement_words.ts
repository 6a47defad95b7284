/**
 * What is said about members: to put one out, to make one a custodian, to end
 * that.
 *
 * @module
 */
import {
  writePromotion,
  writeRetirement,
  writeRevocation,
} from "../mesh/mod.ts";
import type { StatementWords } from "./keys_statement.ts";

/** Puts a member out for good. */
export const revoking: StatementWords = {
  verb: "revoke",
  done: "revoked",
  write: writeRevocation,
  holds: ({ revoked }) => revoked,
  refuse: () => undefined,
};

/** Makes a member a custodian. */
export const promoting: StatementWords = {
  verb: "promote",
  done: "custodian",
  write: writePromotion,
  holds: ({ custodian }) => custodian,
  refuse: ({ revoked, forked, observer }) =>
    observer
      ? "it only listens"
      : revoked
      ? "it is revoked"
      : forked
      ? "its keys are disputed"
      : undefined,
};

/** Ends a custodian's office, not its membership. */
export const retiring: StatementWords = {
  verb: "retire",
  done: "retired",
  write: writeRetirement,
  holds: ({ custodian }) => !custodian,
  refuse: () => undefined,
};

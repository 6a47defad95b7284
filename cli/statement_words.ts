/**
 * What is said about members: to put one out, to make one a custodian.
 *
 * @module
 */
import { writePromotion, writeRevocation } from "../mesh/mod.ts";
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
  refuse: ({ revoked, forked }) =>
    revoked ? "it is revoked" : forked ? "its keys are disputed" : undefined,
};

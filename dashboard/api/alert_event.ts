/**
 * The alerts among the entries of the journal: what this host saw itself, what
 * other members claimed, and drills, which are marked. Own claims are left out,
 * because they repeat what was seen.
 *
 * @module
 */
import type { AlertRecord, EventRecord } from "./agent_desk.ts";

/** The alert that an event tells of, if it does. */
export function alertOf(event: EventRecord): AlertRecord | undefined {
  const { seq, what, node, subject, atMs, detail } = event;
  const own = what === "alert" && node === "";
  const told = what === "claim" && node !== "";
  const exercise = what === "drill";
  if (!own && !told && !exercise) return undefined;
  const { protectedBy, observedMs } = detail;
  return {
    seq,
    atMs: typeof observedMs === "number" ? observedMs : atMs,
    node,
    subject,
    technique: text(detail["technique"]),
    scenario: text(detail["scenario"]),
    evidence: text(detail["evidence"]),
    score: number(detail["score"]),
    observations: number(detail["observations"]),
    summary: text(detail["summary"]),
    ...(typeof protectedBy === "string" && { protectedBy }),
    ...(exercise && { exercise }),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

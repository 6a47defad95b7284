/**
 * The alerts among the events: what this machine saw itself, and what others
 * claim, and drills, which are marked. Its own claims repeat what it saw.
 *
 * @module
 */
import type { AlertRecord, EventRecord } from "../api/agent_desk.ts";

/** The alert that an event tells of, if it does. */
export function alertOf(event: EventRecord): AlertRecord | undefined {
  const { seq, what, node, subject, atMs, detail } = event;
  const own = what === "alert" && node === "";
  const told = what === "claim" && node !== "";
  const exercise = what === "drill";
  if (!own && !told && !exercise) return undefined;
  const observedMs = detail["observedMs"];
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
    ...(exercise && { exercise }),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

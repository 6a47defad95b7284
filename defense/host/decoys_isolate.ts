/**
 * The decoys isolate (design §4): the only part of the program that lets
 * strangers talk, and therefore the one with the least rights. It may listen
 * on its own ports and dial the real services that the operator named as
 * decoys; it reads no file, runs nothing and knows no secret.
 *
 * While no door is open it holds none of the code behind them, which is half of
 * what it costs: a host that only watches has to start it, because no isolate
 * can be started later, and may never need it.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { DecoyNews, DecoyReport, DecoyRequest } from "./decoy_messages.ts";

type Start = Extract<DecoyRequest, { type: "start" }>;

const nothing: DecoyReport = {
  doors: [],
  troubles: [],
  held: 0,
  taken: 0,
  turnedAway: 0,
  strangers: 0,
  passedOn: 0,
  untold: 0,
};

/** Answers once the code is there. */
let answer: ((request: DecoyRequest) => void) | undefined;
/** What came while it was being loaded; `undefined` before. */
let waiting: DecoyRequest[] | undefined;
/** How to open doors later, if none were wanted at first. */
let closedStart: Start | undefined;

self.onmessage = ({ data }: MessageEvent<DecoyRequest>): void => {
  if (answer) return answer(data);
  if (waiting) return void waiting.push(data);
  const opens = "doors" in data && data.doors.length > 0;
  if (!opens) return answerClosed(data);
  waiting = closedStart ? [closedStart, data] : [data];
  void load();
};

async function load(): Promise<void> {
  const doors = await import("./decoy_doors.ts");
  answer = doors.answer;
  for (const request of waiting ?? []) answer(request);
}

/** Nobody is here, and nobody can come. */
function answerClosed(data: DecoyRequest): void {
  switch (data.type) {
    case "start":
      closedStart = data;
      return say({ type: "started", report: nothing });
    case "steer":
      return say({ type: "steering", id: data.id, report: nothing });
    case "report":
      return say({ type: "report", report: nothing });
    case "stop":
      return say({ type: "stopped" });
  }
}

function say(news: DecoyNews): void {
  self.postMessage(news);
}

/**
 * The alerts of a day, read once and kept up with by what happens.
 *
 * Bound: `alertsMax`, the newest.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { AlertPage, AlertRecord } from "../../api/agent_desk.ts";
import { alertOf } from "../../api/alert_event.ts";
import { get } from "../api.ts";
import { early } from "../early.ts";
import { follow } from "../live.ts";
import type { CountedAlert } from "./alert_hours.ts";

/** Alerts that are counted at most. Our choice: four pages of the API. */
export const alertsMax = 2_000;
const dayMs = 86_400_000;
/** News is counted together: a chart need not move faster. */
const paintMs = 500;

/** Newest first; `undefined` until they were read. */
export function useAlertDay(): readonly CountedAlert[] | undefined {
  const [alerts, setAlerts] = useState<
    readonly CountedAlert[] | undefined
  >(undefined);
  useEffect(() => {
    let left = false;
    let read: readonly AlertRecord[] | undefined;
    /** What came since and is not in it, oldest first. */
    let came: AlertRecord[] = [];
    let asked = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const paint = () => {
      timer = undefined;
      if (read) setAlerts([...came.toReversed(), ...read].slice(0, alertsMax));
    };
    const readAgain = () => {
      const number = ++asked;
      void readDay().catch(() => read ?? []).then((answer) => {
        if (left || number !== asked) return;
        read = answer;
        const readTo = answer[0]?.seq ?? 0;
        came = came.filter(({ seq }) => seq > readTo);
        paint();
      });
    };
    const unfollow = follow((event) => {
      const alert = alertOf(event);
      if (!alert || alert.exercise) return;
      came.push(alert);
      if (came.length > alertsMax) came.shift();
      timer ??= setTimeout(paint, paintMs);
    }, readAgain);
    readAgain();
    return () => {
      left = true;
      unfollow();
      clearTimeout(timer);
    };
  }, []);
  return alerts;
}

async function readDay(): Promise<AlertRecord[]> {
  const sinceMs = Date.now() - dayMs;
  const alerts: AlertRecord[] = [];
  let before = "";
  while (alerts.length < alertsMax) {
    const page = await get<AlertPage>(`${early.day}${before}`);
    alerts.push(...page.alerts.filter(({ exercise }) => !exercise));
    const oldest = page.alerts.at(-1);
    if (page.next === undefined || !oldest || oldest.atMs < sinceMs) break;
    before = `&before=${page.next}`;
  }
  return alerts;
}

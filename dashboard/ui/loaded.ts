/**
 * Something that is read from the API, with how that went. It is read again
 * now and then, and at once when there is news about it.
 *
 * @module
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { EventRecord } from "../api/agent_desk.ts";
import { get } from "./api.ts";
import { follow, followMesh } from "./live.ts";

/** A resource as a page sees it. */
export interface Loaded<T> {
  /** The last good answer: it stays while a new one fails. */
  readonly value: T | undefined;
  /** Why the last attempt failed. */
  readonly error: string | undefined;
  /** Reads it again. */
  readonly reload: () => void;
}

/** When something is read again. */
export interface Freshness {
  /** So often while somebody looks. */
  readonly everyMs?: number;
  /** Whether an event is a reason to. */
  readonly news?: (event: EventRecord) => boolean;
  /** Whether it is read again when a member or a link changes. */
  readonly mesh?: boolean;
  /** Whom to ask, always the same; the agent if absent. */
  readonly read?: <T>(path: string) => Promise<T>;
}

/** A thousand alerts a second are read together. Our choice. */
const newsPauseMs = 300;

/** Reads `path`, and again as `freshness` says. */
export function useLoaded<T>(
  path: string,
  { everyMs, news, mesh = false, read = get }: Freshness = {},
): Loaded<T> {
  const [value, setValue] = useState<T | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  /** An answer that was overtaken by a later one is dropped. */
  const asked = useRef(0);
  const answered = useRef(0);
  const isNews = useRef(news);
  isNews.current = news;
  const reload = useCallback(() => {
    const number = ++asked.current;
    const isLatest = () => {
      if (number < answered.current) return false;
      answered.current = number;
      return true;
    };
    read<T>(path).then((answer) => {
      if (!isLatest()) return;
      setValue(answer);
      setError(undefined);
    }, (failure) => {
      if (isLatest()) setError(String(failure.message));
    });
  }, [path]);
  useEffect(() => {
    // What was asked about another path comes too late.
    answered.current = asked.current + 1;
    setValue(undefined);
    setError(undefined);
    reload();
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [path, everyMs]);
  useEffect(() => {
    let lastMs = -newsPauseMs;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      const pauseMs = Math.max(0, lastMs + newsPauseMs - performance.now());
      timer ??= setTimeout(() => {
        timer = undefined;
        lastMs = performance.now();
        reload();
      }, pauseMs);
    };
    const leave = follow((event) => {
      if (timer === undefined && isNews.current?.(event)) soon();
    }, () => {
      if (isNews.current) soon();
    });
    const leaveMesh = mesh ? followMesh(soon) : () => {};
    return () => {
      leave();
      leaveMesh();
      clearTimeout(timer);
    };
  }, [reload, mesh]);
  return { value, error, reload };
}

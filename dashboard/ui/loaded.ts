/**
 * Something that is read from the API, with how that went.
 *
 * @module
 */
import { useCallback, useEffect, useState } from "preact/hooks";
import { get } from "./api.ts";

/** A resource as a page sees it. */
export interface Loaded<T> {
  /** The last good answer: it stays while a new one fails. */
  readonly value: T | undefined;
  /** Why the last attempt failed. */
  readonly error: string | undefined;
  /** Reads it again. */
  readonly reload: () => void;
}

/** Reads `path`, and again every `everyMs` while somebody looks. */
export function useLoaded<T>(path: string, everyMs?: number): Loaded<T> {
  const [value, setValue] = useState<T | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const reload = useCallback(() => {
    get<T>(path).then((read) => {
      setValue(read);
      setError(undefined);
    }, (failure) => setError(String(failure.message)));
  }, [path]);
  useEffect(() => {
    setValue(undefined);
    reload();
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [path, everyMs]);
  return { value, error, reload };
}

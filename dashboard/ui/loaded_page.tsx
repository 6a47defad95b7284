/**
 * A page whose code is loaded when somebody opens it.
 *
 * @module
 */
import type { ComponentType } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { Pending } from "./state.tsx";

/** Shows the page as soon as it is there. */
export function LoadedPage({ load }: {
  readonly load: () => Promise<ComponentType>;
}) {
  const [page, setPage] = useState<{ readonly Page: ComponentType }>();
  const [error, setError] = useState<string | undefined>(undefined);
  const reload = useCallback(() => {
    setError(undefined);
    load().then(
      (Page) => setPage({ Page }),
      (failure) => setError(String(failure.message)),
    );
  }, [load]);
  useEffect(reload, [reload]);
  return page
    ? <page.Page />
    : <Pending of={{ value: undefined, error, reload }} />;
}

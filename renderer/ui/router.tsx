import {
  type AnchorHTMLAttributes,
  createContext,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { AppError } from '../../contract/lib/errors.ts';

/** Where the window is: path, its parts, and the query. */
export interface Route {
  path: string;
  /** `/devices/B827` → `['devices', 'B827']`, decoded. */
  parts: readonly string[];
  query: URLSearchParams;
}

/** What the router needs of a window; tests pass their own. */
export interface RouterHost {
  readonly location: { readonly pathname: string; readonly search: string };
  readonly history: {
    pushState(data: unknown, unused: string, url: string): void;
    replaceState(data: unknown, unused: string, url: string): void;
  };
  addEventListener(type: 'popstate', listener: () => void): void;
  removeEventListener(type: 'popstate', listener: () => void): void;
}

export interface Router {
  current(): Route;
  navigate(to: string, options?: { replace?: boolean }): void;
  subscribe(listener: () => void): () => void;
}

export function parseRoute(pathname: string, search: string): Route {
  const parts = pathname
    .split('/')
    .filter((part) => part !== '' && part !== 'index.html')
    .map(decodePart);
  return { path: `/${parts.join('/')}`, parts, query: new URLSearchParams(search) };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray per cent sign in a typed address is a page that does not exist, not a crash.
    return part;
  }
}

/** Routing over the history of a window, without a hash. */
export function createRouter(host: RouterHost): Router {
  const listeners = new Set<() => void>();
  let route = parseRoute(host.location.pathname, host.location.search);
  const update = (): void => {
    route = parseRoute(host.location.pathname, host.location.search);
    for (const listener of [...listeners]) listener();
  };
  return {
    current: () => route,
    navigate(to, options) {
      if (to === host.location.pathname + host.location.search) return;
      if (options?.replace) host.history.replaceState(null, '', to);
      else host.history.pushState(null, '', to);
      update();
    },
    subscribe(listener) {
      if (listeners.size === 0) host.addEventListener('popstate', update);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) host.removeEventListener('popstate', update);
      };
    },
  };
}

const RouterContext = createContext<Router | undefined>(undefined);

export function RouterProvider(props: { router: Router; children: ReactNode }) {
  return <RouterContext value={props.router}>{props.children}</RouterContext>;
}

function useRouter(): Router {
  const router = useContext(RouterContext);
  if (!router) throw new AppError('internal', 'There is no RouterProvider above this component.');
  return router;
}

export function useRoute(): Route {
  const router = useRouter();
  return useSyncExternalStore(router.subscribe, router.current);
}

/** `navigate('/devices/B827EB407E5A?tab=logs')`; `replace` leaves no step back. */
export function useNavigate(): Router['navigate'] {
  return useRouter().navigate;
}

/** A query parameter as state: kept in the address, so that back, reload and links work. */
export function useQueryParam(name: string, fallback: string): [string, (value: string) => void] {
  const router = useRouter();
  const route = useRoute();
  const value = route.query.get(name) ?? fallback;
  const setValue = useCallback(
    (next: string) => {
      const { path, query } = router.current();
      const changed = new URLSearchParams(query);
      if (next === fallback) changed.delete(name);
      else changed.set(name, next);
      const text = changed.toString();
      router.navigate(text ? `${path}?${text}` : path, { replace: true });
    },
    [router, name, fallback],
  );
  return useMemo(() => [value, setValue], [value, setValue]);
}

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  to: string;
}

/** A real link (middle click, copy address) that moves inside the window. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const navigate = useNavigate();
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={to} onClick={follow} />;
}

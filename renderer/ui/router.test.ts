import { describe, expect, it, vi } from 'vitest';
import { createRouter, parseRoute, type RouterHost } from './router.tsx';

function createHost(url = '/') {
  const listeners = new Set<() => void>();
  const stack = [new URL(url, 'http://localhost')];
  const host: RouterHost = {
    get location() {
      return stack.at(-1) ?? new URL('http://localhost');
    },
    history: {
      pushState: (_data, _unused, to) => void stack.push(new URL(to, 'http://localhost')),
      replaceState: (_data, _unused, to) => void stack.splice(-1, 1, new URL(to, 'http://localhost')),
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
  };
  const back = () => {
    stack.pop();
    for (const listener of listeners) listener();
  };
  return { host, back, stack, listeners };
}

describe('a route', () => {
  it('has decoded parts and a query', () => {
    const route = parseRoute('/devices/B827%20X', '?tab=logs');
    expect(route.parts).toEqual(['devices', 'B827 X']);
    expect(route.query.get('tab')).toBe('logs');
  });

  it('of the packed page is the dashboard', () => {
    expect(parseRoute('/index.html', '').path).toBe('/');
  });

  it('survives a stray per cent sign', () => {
    expect(parseRoute('/devices/50%', '').parts).toEqual(['devices', '50%']);
  });
});

describe('the router', () => {
  it('goes forth and back', () => {
    const { host, back } = createHost();
    const router = createRouter(host);
    const heard = vi.fn();
    router.subscribe(heard);
    router.navigate('/jobs/1');
    expect(router.current().parts).toEqual(['jobs', '1']);
    back();
    expect(router.current().path).toBe('/');
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it('leaves no step behind when it replaces', () => {
    const { host, stack } = createHost('/devices');
    createRouter(host).navigate('/devices?q=press', { replace: true });
    expect(stack).toHaveLength(1);
  });

  it('does nothing when it is there already', () => {
    const { host, stack } = createHost('/devices');
    createRouter(host).navigate('/devices');
    expect(stack).toHaveLength(1);
  });

  it('lets the window go with its last listener', () => {
    const { host, listeners } = createHost();
    const router = createRouter(host);
    const off = router.subscribe(() => undefined);
    expect(listeners.size).toBe(1);
    off();
    expect(listeners.size).toBe(0);
  });
});

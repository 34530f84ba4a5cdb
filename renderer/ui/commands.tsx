import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { AppError } from '../../contract/lib/errors.ts';
import {
  type Command,
  type CommandRegistry,
  createCommandRegistry,
  createShortcutReader,
} from './command-registry.ts';

const CommandContext = createContext<CommandRegistry | undefined>(undefined);

/** Holds the commands of the window and listens for their shortcuts. */
export function CommandProvider(props: { children: ReactNode }) {
  const [registry] = useState(createCommandRegistry);
  useEffect(() => {
    const read = createShortcutReader(registry);
    window.addEventListener('keydown', read);
    return () => window.removeEventListener('keydown', read);
  }, [registry]);
  return <CommandContext value={registry}>{props.children}</CommandContext>;
}

function useRegistry(): CommandRegistry {
  const registry = useContext(CommandContext);
  if (!registry) throw new AppError('internal', 'There is no CommandProvider above this component.');
  return registry;
}

/** Offers an action in the palette (and by its shortcut) while the component is mounted. Pass undefined to offer none. */
export function useCommand(command: Command | undefined): void {
  const registry = useRegistry();
  const latest = useRef(command);
  latest.current = command;
  const { id, title, shortcut, group, detail, keywords } = command ?? {};
  useEffect(() => {
    if (id === undefined || title === undefined) return;
    return registry.add({
      id,
      title,
      ...(shortcut === undefined ? {} : { shortcut }),
      ...(group === undefined ? {} : { group }),
      ...(detail === undefined ? {} : { detail }),
      ...(keywords === undefined ? {} : { keywords }),
      run: () => latest.current?.run(),
    });
  }, [registry, id, title, shortcut, group, detail, keywords]);
}

/** A command as a component, for lists of them. */
export function OfferCommand(props: { command: Command }) {
  useCommand(props.command);
  return null;
}

/** Every command that is offered now. */
export function useCommands(): readonly Command[] {
  return useStore(useRegistry().store, (state) => state.commands);
}

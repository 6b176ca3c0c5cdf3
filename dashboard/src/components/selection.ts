import { useEffect, useState } from 'react';

/** Rows of a list that are chosen: some by their ids, also on other pages, or all that the list finds. */
export interface Selection {
  readonly ids: readonly string[];
  readonly isAll: boolean;
  /** Chooses these, or chooses them no more. */
  readonly choose: (ids: readonly string[], isChosen: boolean) => void;
  readonly chooseAll: () => void;
  readonly clear: () => void;
}

/** A selection that ends when the list finds other rows: `of` says what it asks for. */
export function useSelection(of: string): Selection {
  const [ids, setIds] = useState<readonly string[]>([]);
  const [isAll, setAll] = useState(false);
  const clear = () => {
    setIds([]);
    setAll(false);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked for is the very reason
  useEffect(clear, [of]);
  return {
    ids,
    isAll,
    clear,
    chooseAll: () => setAll(true),
    choose: (some, isChosen) => {
      setAll(false);
      setIds(former => [...former.filter(id => !some.includes(id)), ...(isChosen ? some : [])]);
    },
  };
}

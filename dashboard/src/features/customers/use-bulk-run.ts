import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type BulkAction, type BulkFailure, type BulkTargets, nextBulkStep } from '../../api/bulk.ts';
import { messageOf } from '../../components/states.tsx';
import { texts } from '../../texts.ts';
import { toLabelled } from '../../validation.ts';

interface Progress {
  readonly action?: BulkAction;
  readonly isRunning: boolean;
  readonly done: number;
  readonly failures: readonly BulkFailure[];
  /** With whom it is still to be done. */
  readonly rest: BulkTargets | undefined;
  /** Why it does not go on. */
  readonly fault?: string | undefined;
}

/** Does something with many customers, some at a time, until it is done or stopped; what is left can be done later. */
export function useBulkRun(targets: BulkTargets) {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress>({ isRunning: false, done: 0, failures: [], rest: targets });
  const isStopped = useRef(false);
  useEffect(() => {
    isStopped.current = false;
    // The page was left.
    return () => {
      isStopped.current = true;
    };
  }, []);

  const goOn = async (action: BulkAction, from: Progress) => {
    isStopped.current = false;
    let current: Progress = { ...from, action, isRunning: true, fault: undefined };
    setProgress(current);
    while (current.rest !== undefined && !isStopped.current) {
      try {
        const { done, failures, rest } = await nextBulkStep(action, current.rest);
        current = { ...current, done: current.done + done, failures: [...current.failures, ...failures], rest };
      } catch (error) {
        current = { ...current, fault: toLabelled(messageOf(error), texts.tags.title) };
        break;
      } finally {
        setProgress(current);
      }
    }
    setProgress({ ...current, isRunning: false });
    await queries.invalidateQueries({ queryKey: ['customers'] });
  };
  return {
    ...progress,
    start: (action: BulkAction) => void goOn(action, progress),
    resume: () => progress.action && void goOn(progress.action, progress),
    stop: () => {
      isStopped.current = true;
    },
  };
}

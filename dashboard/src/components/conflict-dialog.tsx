import { Button, Group, Modal, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { formatMoment } from '../dates.ts';
import { texts } from '../texts.ts';
import { DialogActions } from './dialog-actions.tsx';

const t = texts.conflict;

/** A field that another has changed meanwhile, in both versions. */
export interface ConflictingField {
  readonly name: string;
  readonly label: string;
  /** As people read them. */
  readonly theirs: string;
  readonly yours: string;
  /** Whether the field was edited here, too. */
  readonly isEdited: boolean;
}

type Choice = 'theirs' | 'yours';

interface ConflictDialogProps {
  readonly fields: readonly ConflictingField[];
  /** When theirs was saved. */
  readonly savedAt: string;
  /** Hears the names of the fields that are to stay as the others have saved them. */
  readonly onChosen: (theirs: ReadonlySet<string>) => void;
  readonly onClose: () => void;
}

/** Shows what two people have made of the same fields, and lets the second one choose. Nothing is saved until then. */
export function ConflictDialog({ fields, savedAt, onChosen, onClose }: ConflictDialogProps) {
  const [choices, setChoices] = useState<Readonly<Record<string, Choice>>>(() =>
    Object.fromEntries(fields.map(({ name, isEdited }) => [name, isEdited ? 'yours' : 'theirs'])),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.title}
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': texts.form.cancel }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          onChosen(new Set(fields.map(({ name }) => name).filter(name => choices[name] === 'theirs')));
        }}
      >
        <Stack>
          <Text size="sm">{t.help(formatMoment(savedAt))}</Text>
          {fields.map(({ name, label, isEdited, ...values }) => (
            <Radio.Group
              key={name}
              label={label}
              value={choices[name] ?? 'yours'}
              onChange={choice => setChoices({ ...choices, [name]: choice as Choice })}
            >
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={4}>
                {(['theirs', 'yours'] as const).map(side => (
                  <Radio.Card key={side} value={side} className="choice">
                    <Group gap="sm" wrap="nowrap" align="flex-start">
                      <Radio.Indicator mt={2} />
                      <div style={{ minWidth: 0 }}>
                        <Text size="xs" c="dimmed">
                          {side === 'theirs' ? t.theirs : isEdited ? t.yours : t.before}
                        </Text>
                        <Text size="sm" className="break lines">
                          {values[side]}
                        </Text>
                      </div>
                    </Group>
                  </Radio.Card>
                ))}
              </SimpleGrid>
            </Radio.Group>
          ))}
          <DialogActions fault={undefined} onClose={onClose} cancel={t.back}>
            <Button type="submit" data-autofocus>
              {texts.form.save}
            </Button>
          </DialogActions>
        </Stack>
      </form>
    </Modal>
  );
}

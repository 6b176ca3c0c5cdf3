import { Button, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../texts.ts';
import { CopyButton } from './copy-button.tsx';
import { CodeIcon } from './icons.tsx';

const t = texts.api;

interface ApiViewProps {
  /** Where the resource is, for the API. */
  readonly path: string;
  readonly resource: object;
}

/** A request as it is typed into a shell: whoever does it has a token of their own. */
const curlOf = (path: string) => `curl ${window.location.origin}${path} \\\n  -H "Authorization: Bearer $ACCESS_TOKEN"`;

/** Shows a resource as applications get it: the answer, and the request for it. */
export function ApiView({ path, resource }: ApiViewProps) {
  const [shown, setShown] = useState<'json' | 'curl'>();
  const views = {
    json: { title: t.json, help: t.jsonHelp, code: JSON.stringify({ data: resource }, null, 2) },
    curl: { title: t.curl, help: t.curlHelp, code: curlOf(path) },
  };
  const view = shown && views[shown];
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<CodeIcon size={16} />}>
            {t.label}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setShown('json')}>{t.viewJson}</Menu.Item>
          <Menu.Item onClick={() => setShown('curl')}>{t.viewCurl}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {view && (
        <Modal
          opened
          onClose={() => setShown(undefined)}
          title={view.title}
          size="lg"
          closeButtonProps={{ 'aria-label': texts.close }}
        >
          <Stack gap="xs">
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm" c="dimmed">
                {view.help}
              </Text>
              <CopyButton value={view.code} label={view.title} />
            </Group>
            <pre className="code">{view.code}</pre>
          </Stack>
        </Modal>
      )}
    </>
  );
}

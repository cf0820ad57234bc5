import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import type { Model } from "../api/client";
import { exportUrl } from "../exports/exportUrl";
import { modelUrl, writtenOnnx } from "./modelFiles";

/** A menu of the forms in which a task model can be taken away. */
export function DownloadModel({ model, cycle }: { model: Model; cycle: number }) {
  const onnx = useMutation({
    mutationFn: () => writtenOnnx(model),
    onSuccess: (id) => {
      window.location.assign(exportUrl(id));
    },
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t`Download the model of cycle ${cycle}`}
          leftSection={<IconDownload size={14} />}
          rightSection={<IconChevronDown size={14} />}
          loading={onnx.isPending}
        >
          <Trans>Download</Trans>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={modelUrl(model.id)} download>
          {"safetensors"}
        </Menu.Item>
        <Menu.Item
          onClick={() => {
            onnx.mutate();
          }}
        >
          {"ONNX"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

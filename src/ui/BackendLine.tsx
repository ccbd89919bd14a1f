/** @file Which backend runs and why, how to get a faster one, and where the policy comes from. */
import { Popover } from '@mantine/core';
import { formatBytes } from './format.ts';
import { text } from './text.ts';
import styles from './Lines.module.css';

export interface BackendView {
  readonly backend: string;
  readonly description: string;
  /** Why a faster backend is not used; absent on WebGPU. */
  readonly reason?: string | undefined;
  readonly workers: number;
}

export interface PolicyView {
  readonly id: string;
  readonly parameters: number;
  readonly bytes: number;
  readonly bits: number;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly adapterParameters: number;
}

function HowToGetWebGpu({ steps }: { readonly steps: readonly string[] }) {
  return (
    <Popover width={380} position="top-start" shadow="md" withArrow>
      <Popover.Target>
        <button type="button" className={styles.link} data-testid="how-webgpu">
          {text.backend.how}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={styles.dropdown ?? ''} data-testid="webgpu-help">
        <p>{text.backend.howIntro}</p>
        <ul>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

/** A manifest as a nested list of names and values. It comes from a file, so its shape is not assumed. */
function ManifestValue({ value }: { readonly value: unknown }) {
  if (typeof value !== 'object' || value === null) return <code translate="no">{String(value)}</code>;
  if (Array.isArray(value))
    return (
      <code translate="no">
        {value.map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item))).join(', ')}
      </code>
    );
  return (
    <dl className={styles.manifest}>
      {Object.entries(value).map(([name, inner]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <ManifestValue value={inner} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const sizeOf = ({ parameters, bits, bytes }: PolicyView): string =>
  `${text.provenance.parameters(parameters)}, ${text.provenance.bits(bits)}, ${formatBytes(bytes)}`;

function Provenance({ policy, shown }: { readonly policy: PolicyView; readonly shown: readonly string[] | null }) {
  return (
    <Popover width={440} position="top-end" shadow="md" withArrow>
      <Popover.Target>
        <button type="button" className={styles.link} data-testid="provenance">
          <span>{`${text.provenance.policy} `}</span>
          <span translate="no">{policy.id}</span>
          <span>{`: ${sizeOf(policy)}; ${text.provenance.beside(policy.adapterParameters)}`}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown className={styles.dropdown ?? ''} tabIndex={0} role="region">
        <dl className={styles.manifest}>
          <div>
            <dt>{text.provenance.policy}</dt>
            <dd>
              <code translate="no">{policy.id}</code>
            </dd>
          </div>
          <div>
            <dt>{text.provenance.size}</dt>
            <dd>{sizeOf(policy)}</dd>
          </div>
          <div>
            <dt>{text.provenance.adapter}</dt>
            <dd>{text.provenance.parameters(policy.adapterParameters)}</dd>
          </div>
          {shown && <Shown mixture={shown} />}
        </dl>
        <ManifestValue value={policy.manifest} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** How the task of the run was demonstrated to the base. */
const Shown = ({ mixture }: { readonly mixture: readonly string[] }) => (
  <div data-testid="mixture">
    <dt>{text.provenance.shown}</dt>
    <dd>
      {mixture.length === 0 ? (
        <span>{text.provenance.notShown}</span>
      ) : (
        <ul>
          {mixture.map((format) => (
            <li key={format}>{format}</li>
          ))}
        </ul>
      )}
    </dd>
  </div>
);

interface BackendLineProps {
  readonly backend: BackendView | null;
  readonly policy: PolicyView | null;
  /** One string per format in which the task was demonstrated to the base; null where that is not known. */
  readonly shown?: readonly string[] | null;
  /** Steps that would make WebGPU available here. */
  readonly help?: readonly string[];
}

export function BackendLine({ backend, policy, shown = null, help = [] }: BackendLineProps) {
  return (
    <footer className={styles.foot}>
      <span
        data-testid="backend"
        title={backend?.description}
        data-backend={backend?.backend}
        data-workers={backend?.workers}
      >
        {backend ? (
          <>
            <span>{`${text.backend.runsOn} `}</span>
            <span>{text.backend.label[backend.backend] ?? backend.backend}</span>
            <span>
              {`, ${backend.backend === 'webgpu' ? backend.description : text.backend.workers(backend.workers)}`}
            </span>
            <span>{backend.reason ? `. ${backend.reason}` : '.'}</span>
          </>
        ) : (
          text.backend.reading
        )}
      </span>
      {backend && backend.backend !== 'webgpu' && help.length > 0 && <HowToGetWebGpu steps={help} />}
      <span className={styles.push} />
      {policy && <Provenance policy={policy} shown={shown} />}
    </footer>
  );
}

/** @file A model that was looked at: its forecast, the choice of bits and template, and the button that loads it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { type ForecastFigures, forecastLines } from './forecastWords.ts';
import { modelWords } from './modelWords.ts';
import { Picker } from './Picker.tsx';
import styles from './Settings.module.css';

const words = modelWords.offer;

type Bits = 4 | 8 | 32;

export interface ModelOfferProps {
  readonly name: string;
  /** Bytes that are read. */
  readonly bytes: number;
  /** Whether they come over the network. */
  readonly isRemote: boolean;
  /** Bytes that the browser's storage still takes. */
  readonly room: number;
  readonly usualBits: Bits;
  readonly forecasts: readonly (ForecastFigures & { readonly bits: Bits; readonly refusal: string | null })[];
  readonly disabled: boolean;
  readonly onLoad: (choice: { readonly bits: Bits; readonly chat: boolean }) => void;
}

/** The usual bits, or the most that fit where those do not. */
function firstBits({ usualBits, forecasts }: ModelOfferProps): Bits {
  const fitting = forecasts.filter(({ bits, refusal }) => bits <= usualBits && refusal === null);
  return fitting.at(-1)?.bits ?? usualBits;
}

export function ModelOffer(props: ModelOfferProps) {
  const { name, bytes, isRemote, room, usualBits, forecasts, disabled, onLoad } = props;
  const [bits, setBits] = useState(firstBits(props));
  const [chat, setChat] = useState(true);
  const forecast = forecasts.find((each) => each.bits === bits);
  if (!forecast) return null;
  return (
    <section className={styles.offer} aria-label={words.title(name)} data-testid="model-offer">
      <h3 translate="no">{name}</h3>
      <Picker
        label={words.bits}
        testId="model-bits"
        choices={forecasts.map(({ bits: each }) => ({
          id: String(each),
          title: words.bitsOf(each, each === usualBits),
          summary: words.aboutBits[each],
        }))}
        value={String(bits)}
        onPick={(id) => setBits(forecasts.find((each) => String(each.bits) === id)?.bits ?? bits)}
      />
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={chat}
          data-testid="model-chat"
          onChange={(event) => setChat(event.currentTarget.checked)}
        />
        <span>{words.chat}</span>
      </label>
      {forecast.refusal === null ? (
        <table className={styles.forecast} data-testid="model-forecast">
          <caption>{words.forecast}</caption>
          <tbody>
            {[...forecastLines(forecast), words.kept(forecast.bytes.file, room)].map(([part, value]) => (
              <tr key={part}>
                <th scope="row">{part}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className={styles.error} role="alert" data-testid="model-refusal">
          {forecast.refusal}
        </p>
      )}
      <Button
        disabled={disabled || forecast.refusal !== null}
        onClick={() => onLoad({ bits, chat })}
        data-testid="model-load"
      >
        {isRemote ? words.download(bytes) : words.load(bytes)}
      </Button>
    </section>
  );
}

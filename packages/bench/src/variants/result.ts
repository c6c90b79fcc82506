import type { MachineDescription, ModelResult, RatioResult } from '../result/schema.js'
import type { Answers, FailedPicture } from './answers.js'
import type { Weights } from './compared-model.js'
import type { LayerErrors } from './layer-errors.js'

/** The version of the document. */
export const VARIANTS_SCHEMA = 'edge-compare/1'

/** Something that could not be done, with an error's code. */
export interface Obstacle {
  readonly code: string
  readonly message: string
}

/** What was measured of a variant; samples, and what sensors read meanwhile, are left out. */
export type VariantFigures = Pick<
  ModelResult,
  | 'version'
  | 'sizeBytes'
  | 'gzipBytes'
  | 'peakRssBytes'
  | 'loadMs'
  | 'firstRunMs'
  | 'latencyMs'
  | 'reliable'
  | 'warnings'
>

/** How a variant's figures relate to those of the first model. */
export interface ToFirst {
  /** How many times as large the file is, and how many times as large compressed. */
  readonly size?: number
  readonly gzip?: number
  /** How many times as much memory its process had at its peak. */
  readonly peakRss?: number
  /** How many times as long an inference takes. */
  readonly latency?: Pick<RatioResult, 'ratio' | 'rounds' | 'verdict'>
}

/** One of the models that are compared. */
export interface VariantResult extends VariantFigures, Answers {
  /** What tables and sentences call it; unique. */
  readonly id: string
  /** Path as it was given. */
  readonly source: string
  readonly format?: string
  readonly backend: string
  readonly threads: number
  readonly weights?: Weights
  /** Path of the manifest that its input is made by, where it has none of its own and got the first model's. */
  readonly borrowedManifest?: string
  /** Undefined of the first itself, and where that could not be opened. */
  readonly toFirst?: ToFirst
  /** Of the first none. */
  readonly layers?: LayerErrors
  /** Why its answers could not be compared with the first's, or its layers. */
  readonly uncompared?: { readonly answers?: Obstacle; readonly layers?: Obstacle }
  /** Why there are no figures, or only some. */
  readonly error?: Obstacle
}

/** How variants were compared. */
export interface VariantsSettings {
  readonly backend: string
  readonly threads: number
  readonly seed: number
  readonly minRuns: number
  readonly minSeconds: number
  readonly maxSeconds: number
  readonly rounds: number
  readonly confidence: number
}

/** Variants of a model side by side. */
export interface VariantsResult {
  readonly schema: typeof VARIANTS_SCHEMA
  /** False of one that was stopped. */
  readonly complete: boolean
  readonly machine: MachineDescription
  readonly settings: VariantsSettings
  /** Id of the model that others are compared with: the first. */
  readonly first: string
  readonly pictures: {
    /** How many were given. */
    readonly count: number
    /** Those that could not be read or decoded; no model was asked about them. */
    readonly failed: readonly FailedPicture[]
    /** Those that layers were compared over. */
    readonly ofLayers: readonly string[]
  }
  readonly models: readonly VariantResult[]
}

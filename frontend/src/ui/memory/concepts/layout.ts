import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force';
import type { ConceptGraph, ListedConcept } from '../../../core';

const TICKS = 200;
const LEAST_RADIUS = 5;
const MOST_RADIUS = 22;
/** So that a few are not drawn as large as the page. */
const LEAST_BOX = [560, 400] as const;
const LEAST_NARROW_BOX = [330, 330] as const;
/** About as wide (px) as a letter of a label. */
const LETTER = 6.5;

export interface Node extends SimulationNodeDatum, ListedConcept {
  radius: number;
  x: number;
  y: number;
}

export interface Placed {
  nodes: Node[];
  links: { source: Node; target: Node; together: number }[];
  /** Left, top, width, height of what holds it all. */
  box: [number, number, number, number];
}

/** The same places for the same graph: nothing moves, and nothing is left to chance. */
export function placed({ concepts, links }: Pick<ConceptGraph, 'concepts' | 'links'>, isNarrow: boolean): Placed {
  const most = Math.max(1, ...concepts.map(({ mentions }) => mentions));
  const nodes = concepts.map((one): Node => ({ ...one, radius: radiusOf(one.mentions / most), x: NaN, y: NaN }));
  for (const node of nodes) Object.assign(node, { x: undefined, y: undefined }); // d3 begins with a spiral of its own
  const ids = new Set(concepts.map(({ id }) => id));
  const joined = links
    .filter(({ source, target }) => ids.has(source) && ids.has(target))
    .map((link) => ({ ...link }) as SimulationLinkDatum<Node> & { together: number });
  const [across, down] = isNarrow ? [0.12, 0.05] : [0.05, 0.12];
  forceSimulation(nodes)
    .force(
      'link',
      forceLink<Node, SimulationLinkDatum<Node>>(joined)
        .id(({ id }) => id)
        .distance(70),
    )
    .force('charge', forceManyBody().strength(-160))
    .force(
      'collide',
      forceCollide<Node>(({ radius, name }) => Math.max(radius + 10, Math.min(name.length, 14) * (LETTER / 2))),
    )
    .force('x', forceX(0).strength(across))
    .force('y', forceY(0).strength(down))
    .stop()
    .tick(TICKS);
  return {
    nodes,
    links: joined as unknown as Placed['links'],
    box: boxOf(nodes, isNarrow ? LEAST_NARROW_BOX : LEAST_BOX),
  };
}

function radiusOf(share: number): number {
  return LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * Math.sqrt(share);
}

function boxOf(nodes: readonly Node[], least: readonly [number, number]): Placed['box'] {
  const width = ({ name, radius }: Node) => Math.max(radius, (name.length * LETTER) / 2) + 8;
  const left = Math.min(0, ...nodes.map((node) => node.x - width(node)));
  const right = Math.max(0, ...nodes.map((node) => node.x + width(node)));
  const top = Math.min(0, ...nodes.map((node) => node.y - node.radius - 8));
  const bottom = Math.max(0, ...nodes.map((node) => node.y + node.radius + 24));
  const [across, height] = [Math.max(least[0], right - left), Math.max(least[1], bottom - top)];
  return [(left + right - across) / 2, (top + bottom - height) / 2, across, height];
}

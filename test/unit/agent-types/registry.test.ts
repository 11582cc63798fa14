import { expect } from 'chai';
import { AGENT_TYPES, detectAgentType, findAgentType } from '#lib/agent-types/index.js';
import { AgentType } from '#lib/core/names.js';

describe('agent types', () => {
  it('are found by a name that is valid and nobody else has', () => {
    for (const type of AGENT_TYPES) {
      expect(AgentType.parse(type.name)).to.equal(type.name);
      expect(findAgentType(type.name)).to.equal(type);
    }
    expect(findAgentType('cobol')).to.equal(null);
    expect(findAgentType('constructor')).to.equal(null);
  });

  it('know their projects by the names at the top of the tree', () => {
    expect(detectAgentType(new Set(['README.md', 'Cargo.toml']))).to.equal('rust');
    expect(detectAgentType(new Set(['package.json', 'cargo.toml', 'Cargo.lock']))).to.equal(null);
  });
});

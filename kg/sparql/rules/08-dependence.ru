# Derives what depends on what at any remove from the single steps of conditions, so that the first link of a chain
# can be found without walking it.
PREFIX st: <https://w3id.org/actor-stance/ns#>
INSERT { GRAPH ?g { ?later st:dependsOn ?earlier } }
WHERE {
  GRAPH ?g { ?later (st:isConditionalOn|st:dependsOn)+ ?earlier }
  FILTER (CONTAINS(STR(?g), "/graph/derived/"))
}

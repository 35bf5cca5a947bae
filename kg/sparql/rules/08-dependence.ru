# Derives what depends on what at any remove from the single steps of conditions, so that the first link of a chain
# can be found without walking it.
# native: closure
PREFIX st: <https://w3id.org/actor-stance/ns#>
INSERT { GRAPH ?g { ?later st:dependsOn ?earlier } }
WHERE {
  GRAPH ?g { ?later (st:isConditionalOn|st:dependsOn)+ ?earlier }
  FILTER (STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
}

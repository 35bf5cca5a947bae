# Derives the direct triple of every coded relation, so that a tie can be asked for without its node.
# What the source only hedges yields nothing: a doubt must not turn into a fact.
PREFIX st:  <https://w3id.org/actor-stance/ns#>
PREFIX stx: <https://w3id.org/actor-stance/scheme/>
INSERT { GRAPH ?derived { ?subject ?type ?object } }
WHERE {
  GRAPH ?g { ?item st:relationSubject ?subject ; st:relationType ?type ; st:relationObject ?object ; st:certainty ?certainty }
  FILTER (?certainty != stx:hedged)
  FILTER (!STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
  BIND (IRI(CONCAT("https://w3id.org/actor-stance/graph/derived/",
                   REPLACE(STR(?g), "^https://w3id.org/actor-stance/graph/", ""))) AS ?derived)
}

# Derives supports, opposes or has-stance-on from the sign of each stance, and contests where a factual position is
# rejected; so that plain questions need no scale. Hedged and undetermined stances yield nothing.
PREFIX st:  <https://w3id.org/actor-stance/ns#>
PREFIX stx: <https://w3id.org/actor-stance/scheme/>
INSERT { GRAPH ?derived { ?holder ?property ?position } }
WHERE {
  GRAPH ?g { ?stance st:holder ?holder ; st:towards ?position ; st:value ?value ; st:certainty ?certainty }
  ?value st:score ?score .
  FILTER (?certainty != stx:hedged)
  FILTER (!STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
  BIND (IF(?score > 0, st:supports, IF(?score < 0, st:opposes, st:hasStanceOn)) AS ?property)
  BIND (IRI(CONCAT("https://w3id.org/actor-stance/graph/derived/",
                   REPLACE(STR(?g), "^https://w3id.org/actor-stance/graph/", ""))) AS ?derived)
} ;
INSERT { GRAPH ?derived { ?holder st:contests ?position } }
WHERE {
  GRAPH ?g { ?stance st:holder ?holder ; st:towards ?position ; st:value ?value ; st:certainty ?certainty }
  ?value st:score ?score .
  ?position a st:FactualPosition .
  FILTER (?score < 0)
  FILTER (?certainty != stx:hedged)
  FILTER (!STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
  BIND (IRI(CONCAT("https://w3id.org/actor-stance/graph/derived/",
                   REPLACE(STR(?g), "^https://w3id.org/actor-stance/graph/", ""))) AS ?derived)
}

# Derives a triple from whoever acts, and from whom it acts for, to whom the act is aimed at, where the event type
# implies one; so that deeds show as ties between actors. Hedged events yield nothing.
PREFIX st:  <https://w3id.org/actor-stance/ns#>
PREFIX stx: <https://w3id.org/actor-stance/scheme/>
INSERT { GRAPH ?derived { ?who ?property ?other } }
WHERE {
  GRAPH ?g { ?event st:eventType ?kind ; st:recipient ?other ; st:certainty ?certainty ; st:initiator|st:onBehalfOf ?who }
  ?kind st:impliesRelation ?property .
  FILTER (?who != ?other)
  FILTER (?certainty != stx:hedged)
  FILTER (!STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
  BIND (IRI(CONCAT("https://w3id.org/actor-stance/graph/derived/",
                   REPLACE(STR(?g), "^https://w3id.org/actor-stance/graph/", ""))) AS ?derived)
}

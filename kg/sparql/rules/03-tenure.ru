# Derives what a role implies between a person and a collective actor, so that one can ask who leads or speaks for
# it; a role that is only claimed yields the claim, never the office. Hedged tenures yield nothing.
PREFIX st:  <https://w3id.org/actor-stance/ns#>
PREFIX stx: <https://w3id.org/actor-stance/scheme/>
INSERT { GRAPH ?derived { ?person ?property ?organization } }
WHERE {
  GRAPH ?g {
    ?tenure st:incumbent ?person ; st:inOrganization ?organization ; st:role ?role ; st:tenureStatus ?status ;
            st:certainty ?certainty
  }
  VALUES (?status ?implies) {
    (stx:held       st:impliesRelation)
    (stx:challenged st:impliesRelation)
    (stx:claimed    st:impliesClaim)
  }
  ?role ?implies ?property .
  FILTER (?certainty != stx:hedged)
  FILTER (!STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
  BIND (IRI(CONCAT("https://w3id.org/actor-stance/graph/derived/",
                   REPLACE(STR(?g), "^https://w3id.org/actor-stance/graph/", ""))) AS ?derived)
}

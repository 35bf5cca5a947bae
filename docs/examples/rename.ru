PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
DELETE { ?company skos:prefLabel ?old }
INSERT { ?company skos:prefLabel "Bay Ferries"@en ; skos:altLabel ?old }
WHERE  { ?company skos:prefLabel ?old FILTER (STR(?old) = "Ferry company") }

// fan calls both models at once and answers with both of their answers under their names, in the manner of an inference
// graph's ensemble: net/http and encoding/json with generic maps, no deadline for a step.
//
//	fan -port 8080 -idle 2 http://champion http://candidate
//
// -idle is how many idle connections to a model are kept; 2 is what net/http does unless it is told otherwise.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"sync"
)

var names = []string{"champion", "candidate"}

type graph struct {
	client *http.Client
	urls   []string
}

// step calls one model; its answer, whatever is in it.
func (g *graph) step(url string, body []byte) (map[string]any, error) {
	response, err := g.client.Post(url+"/recommend", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	var answer map[string]any
	return answer, json.Unmarshal(content, &answer)
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answers, errs := make([]map[string]any, len(g.urls)), make([]error, len(g.urls))
	var group sync.WaitGroup
	for i, url := range g.urls {
		group.Go(func() { answers[i], errs[i] = g.step(url, body) })
	}
	group.Wait()
	merged := map[string]any{}
	for i, err := range errs {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		merged[names[i]] = answers[i]
	}
	content, err := json.Marshal(merged)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(content) // the client may be gone
}

func main() {
	port := flag.Int("port", 0, "")
	idle := flag.Int("idle", http.DefaultMaxIdleConnsPerHost, "")
	flag.Parse()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost, transport.MaxIdleConns = *idle, 0
	client := &http.Client{Transport: transport}
	address := fmt.Sprintf("127.0.0.1:%d", *port)
	log.Fatal(http.ListenAndServe(address, &graph{client, flag.Args()}))
}

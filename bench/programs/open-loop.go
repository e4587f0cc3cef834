// A load generator with an open loop, to hold kiada's latencies against: requests have intended starts at a fixed rate, so many
// connections take them in turn, and latency counts from the intended start. Prints what it counted as JSON.
package main

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

type told struct {
	Requests  int     `json:"requests"`
	Failed    int     `json:"failed"`
	PerSecond float64 `json:"requestsPerSecond"`
	P50       float64 `json:"p50Ms"`
	P99       float64 `json:"p99Ms"`
}

func main() {
	url := flag.String("url", "http://127.0.0.1/", "what to ask for")
	rate := flag.Float64("rate", 1000, "requests a second")
	seconds := flag.Float64("seconds", 1, "how long")
	warmup := flag.Float64("warmup", 0, "seconds before those that count")
	connections := flag.Int("connections", 32, "connections at a time")
	flag.Parse()

	client := &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{MaxConnsPerHost: *connections, MaxIdleConnsPerHost: *connections, DisableCompression: true},
	}
	ahead := int64(*rate * *warmup)
	total := ahead + int64(*rate**seconds)
	latencies := make([]float64, total)
	var next, failed atomic.Int64
	var lanes sync.WaitGroup
	begin := time.Now()
	for range *connections {
		lanes.Go(func() {
			for index := next.Add(1) - 1; index < total; index = next.Add(1) - 1 {
				due := begin.Add(time.Duration(float64(index) / *rate * float64(time.Second)))
				time.Sleep(time.Until(due))
				if !ask(client, *url) && index >= ahead {
					failed.Add(1)
				}
				latencies[index] = float64(time.Since(due)) / float64(time.Millisecond)
			}
		})
	}
	lanes.Wait()
	took := time.Since(begin).Seconds()
	counted := latencies[ahead:]
	sort.Float64s(counted)
	at := func(share float64) float64 { return counted[min(len(counted)-1, int(share*float64(len(counted))))] }
	json.NewEncoder(os.Stdout).Encode(told{len(counted), int(failed.Load()), float64(total) / took, at(0.5), at(0.99)})
}

func ask(client *http.Client, url string) bool {
	response, err := client.Get(url)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode < 400
}

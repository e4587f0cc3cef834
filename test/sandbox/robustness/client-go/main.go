// Informers of client-go on the kubeconfig that is named, one for each kind. For each line on its input it prints what they hold:
// {"KIND/NAME": "resourceVersion"}.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	// as controllers do: protobuf where the server speaks it, JSON otherwise
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace("default"))
	core := factory.Core().V1()
	held := map[string]cache.SharedIndexInformer{
		"configmaps": core.ConfigMaps().Informer(),
		"services":   core.Services().Informer(),
		"secrets":    core.Secrets().Informer(),
	}
	factory.Start(context.Background().Done())
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		if err := json.NewEncoder(os.Stdout).Encode(versions(held)); err != nil {
			return err
		}
	}
	return input.Err()
}

func versions(held map[string]cache.SharedIndexInformer) map[string]string {
	found := map[string]string{}
	for kind, informer := range held {
		for _, object := range informer.GetStore().List() {
			if accessor, err := meta.Accessor(object); err == nil {
				found[kind+"/"+accessor.GetName()] = accessor.GetResourceVersion()
			}
		}
	}
	return found
}

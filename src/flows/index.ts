export {type ClusterSource, needsCluster, openCluster, openSource, type SourceFlags} from './source.ts';

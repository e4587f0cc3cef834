export {type ClusterSource, openCluster, openSource} from './source.ts';

package org.reckoner.collect.backfill;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.core.meter.Report;

/// A service that can be asked what there is.
public interface Inventory {

    /// The source of what it tells: the same as of the service's notifications.
    String service();

    /// Lists everything, page by page.
    ///
    /// @param pageSize how many to ask for at a time
    /// @throws BadCloud if the service is not there or may not be asked
    /// @throws CloudFailure if it does not answer as it should; what was given before holds
    void list(OpenStack cloud, Wanted wanted, int pageSize, Consumer<Batch> to);

    /// The types of resource that it lists, ours, that belong to somebody.
    List<String> types();

    /// Whether it tells something of other services' resources, rather than which there are: then it makes
    /// none known, and misses none.
    default boolean describesOthers() {
        return false;
    }

    /// What is so of a resource of another service that it told of before and does not tell of any more.
    default Optional<Report> undescribed() {
        return Optional.empty();
    }

    /// Whether nothing but what it lists tells of it: then its readings alone make it complete.
    default boolean tellsAlone() {
        return describesOthers();
    }

    /// Whether the cloud has the service; one that a cloud may well do without is passed over.
    default boolean isIn(OpenStack cloud) {
        return true;
    }

    /// Whether a resource is there, asked for by its id.
    ///
    /// @throws CloudFailure if the service does not answer as it should
    boolean isThere(OpenStack cloud, String type, String id);

    /// What the API tells of a resource's past, as it is asked for one by one.
    ///
    /// @throws CloudFailure if the service does not answer as it should
    default List<Past> past(OpenStack cloud, Found found) {
        return List.of();
    }

    /// What of a resource's past the API does not tell, so that it is taken to have been as it is now: in
    /// words, for people to look at. Nothing if there is no sign of any such thing.
    default Optional<String> untold(List<Past> past) {
        return Optional.empty();
    }
}
